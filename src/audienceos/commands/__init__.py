"""What each command does. `cli.py` names them; nothing else imports them."""
