"""Attacks and bad luck: a stolen disk, curious officers, found receipts, logs, redeliveries, kills and full disks."""
