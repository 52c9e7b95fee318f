"""The commands that look after officers and wards, and how every command ends."""
