"""From companies to the rows and bytes of the files: pure, but for the temporary files of a long list."""
