"""An issue and an input format beside those of npov-analyzer."""
