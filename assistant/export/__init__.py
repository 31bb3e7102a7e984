"""A reviewed draft, out of the door: text, DOCX, PDF, FHIR document, and its traceability sheet."""
