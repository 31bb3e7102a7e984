# Two commands do everything, set-up included, from a bare Debian 12 or Ubuntu 24.04:
#   make run     open the window on a ready example (in the terminal where there is no display)
#   make test    every check and every test

PYTHON ?= python3
BIN := .venv/bin
PREPARE := $(PYTHON) packaging/linux/prepare.py

.DEFAULT_GOAL := help
.PHONY: help run test campaign clean

help: ## cette liste
	@sed -n 's/^\([a-z]*\):.*## /  make \1 : /p' Makefile

run: ## installe ce qui manque, puis ouvre la fenêtre sur un exemple
	@$(PREPARE) run
	@$(BIN)/aparte --exemple

test: export QT_QPA_PLATFORM = offscreen
test: ## installe ce qui manque, puis vérifie et teste tout
	@$(PREPARE) test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy assistant models/recipes packaging tests
	$(BIN)/lint-imports
	$(BIN)/pytest

campaign: export QT_QPA_PLATFORM = offscreen
campaign: ## mesures longues : arrêts brutaux, fichiers abîmés, puis textes publiés si CORPUS="dossier" est donné
	@$(PREPARE) test
	$(BIN)/python -m tests.campaigns.kills
	$(BIN)/python -m tests.campaigns.vault_kills
	$(BIN)/python -m tests.campaigns.vault_bytes
	$(BIN)/python -m tests.campaigns.vault_speed
	$(BIN)/python -m tests.campaigns.strict_copy
	$(BIN)/python -m tests.campaigns.same_tokens
	$(BIN)/python -m tests.campaigns.bad_documents
	$(if $(CORPUS),$(BIN)/python -m tests.campaigns.real_cases "$(CORPUS)")
	$(if $(CORPUS),OMP_NUM_THREADS=1 $(BIN)/python -m tests.campaigns.many_passages "$(CORPUS)")

clean: ## retire les environnements et les fichiers produits (pas le moteur compilé)
	rm -rf .venv build dist *.egg-info
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find assistant models packaging tests -name __pycache__ -prune -exec rm -rf {} +
