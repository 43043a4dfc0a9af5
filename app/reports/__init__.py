"""Named reports whose every figure opens down to its proof."""
