"""Places as people write them, with the wards they mean."""
