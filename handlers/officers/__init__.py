"""What officers do: enrol, look through the queue, decide on tips, answer fire questions."""
