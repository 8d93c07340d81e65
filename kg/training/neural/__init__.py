"""Train the neural recogniser: encoder, heads, teacher and student. Needs the extra `training`."""
