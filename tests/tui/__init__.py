"""The screens: driven by Textual's Pilot, judged by their state."""
