"""The text of documents nobody vouches for: PDF, DOCX, Markdown, plain text."""
