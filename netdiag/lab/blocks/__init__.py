"""What modes are made of: attachments of pods, carriers between nodes, the wires below."""
