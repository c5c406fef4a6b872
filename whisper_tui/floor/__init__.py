"""What is happening: queues, agents, calls and spies, as pure data moved by events."""
