"""The client company: the tenant. Nothing of it is ever seen from another one."""
