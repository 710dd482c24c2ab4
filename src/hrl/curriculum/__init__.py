"""Generated task families with exact references: what the bundled model learns and is measured on."""
