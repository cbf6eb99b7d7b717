"""A believable agency for someone who wants to look around, written by the product's own actions."""
