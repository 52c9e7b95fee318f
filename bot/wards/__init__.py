"""Wards as the running bot knows them: their names, their borders, their posters."""
