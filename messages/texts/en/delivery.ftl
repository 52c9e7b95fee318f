pin-label = Send location
