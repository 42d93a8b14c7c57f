# The two commands of a fresh machine are `make demo` and `make test`; each makes .venv where it is missing.
.POSIX:
.SUFFIXES:
.PHONY: setup demo stack lint lint-dashboards audit test compiled bench chaos mutate clean

VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
MISSING = Deskpulse needs Python 3.11, 3.12 or 3.13 with its venv module; on Debian and Ubuntu: apt install python3 python3-venv
USABLE = import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

setup: $(VENV)/runtime.done

demo: $(VENV)/runtime.done
	@$(BIN)/deskpulse demo $(ARGS)

# Natively, beside the demo, with the files of the compose file: what the machine has of Prometheus and the rest.
stack: $(VENV)/runtime.done
	@$(BIN)/python -m stream.tools.stack $(ARGS)

lint: $(VENV)/dev.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# A program in Go that has to be on the PATH: https://github.com/grafana/dashboard-linter
lint-dashboards:
	@for board in grafana/dashboards/*.json; do \
	  echo "$$board"; dashboard-linter lint --strict -c grafana/dashboards/.lint "$$board" || exit 1; done

audit: $(VENV)/dev.done
	@$(PIP) --group audit
	@$(BIN)/python -m tests.audit $(ARGS)

test: lint
	$(BIN)/python -m pytest --numprocesses 2 --no-loadscope-reorder $(ARGS)

# The hot path as C in build/compiled, beside the sources: COMPILED before a command makes it use that.
COMPILED = PYTHONSAFEPATH=1 PYTHONPATH=build/compiled:.

compiled: $(VENV)/dev.done
	@rm -rf build/compiled build/dist
	@echo 'Compiling the hot path into build/compiled (about a minute)'
	@HATCH_BUILD_HOOK_ENABLE_MYPYC=true $(BIN)/python -m build --no-isolation --outdir build/dist . >build.log 2>&1 || { cat build.log; exit 1; }
	@$(PIP) --no-deps --target build/compiled build/dist/*.whl
	@rm -f build.log

bench: compiled
	$(COMPILED) $(BIN)/python -m benchmarks $(ARGS)

chaos: $(VENV)/dev.done
	$(BIN)/python -m tests.chaos $(ARGS)

mutate: $(VENV)/dev.done
	$(BIN)/python -m tests.mutation $(ARGS)

clean:
	rm -rf $(VENV) .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find stream tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/runtime.done: pyproject.toml constraints.txt
	@test -x $(BIN)/pip || for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if $$python -c '$(USABLE)' 2>/dev/null; then exec $$python -m venv --clear $(VENV); fi; \
	done; test -x $(BIN)/pip || { echo '$(MISSING)' >&2; exit 1; }
	@echo 'Installing Deskpulse into $(VENV) (about a minute, once)'
	@$(PIP) --upgrade pip
	@# The venv of Python 3.11 brings an old setuptools, which nothing that runs needs.
	@$(BIN)/python -m pip --disable-pip-version-check uninstall --quiet --yes setuptools 2>/dev/null
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/runtime.done
	@echo 'Installing the tools for lint and test into $(VENV)'
	@$(PIP) --group dev
	@touch $@
