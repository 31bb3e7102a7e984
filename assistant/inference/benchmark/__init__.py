"""What the product's own loops do on this PC, part by part."""
