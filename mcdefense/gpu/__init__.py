"""The engine on an NVIDIA GPU: its own rules, traced by JAX and written out as CUDA C++."""
