"""What an expression may be: values, their joins, and the state that holds them."""
