"""How well the inbox judges, on threads written and labelled by hand and on drafts made from a seed."""
