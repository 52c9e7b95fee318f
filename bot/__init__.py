"""The running thing: composition, channels, intake, delivery, schedule, web and command line."""
