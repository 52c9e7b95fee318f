"""The themes of campaigns, by which subscribers choose what they receive: few, and about safety alone.

A theme's label is the text `theme-<name>`. Names are stored: they are never changed.
"""

THEMES = ("fire", "crime", "scam", "drugs", "traffic", "family")
"""Fire safety, crime prevention, scams, drugs, traffic, and children and family. What fits none is for everybody."""
