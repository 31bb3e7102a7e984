"""The models this PC has: what they are, and whether their files are what they should be."""
