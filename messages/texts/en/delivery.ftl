pin-label = Send location
picture-on-its-way = The photo is still being fetched. Please look again in a few minutes.
picture-missing = This photo could not be fetched.
picture-unreadable = This photo cannot be shown; the original stays sealed.
