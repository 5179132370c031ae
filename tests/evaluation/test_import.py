import subprocess
import sys


def test_importing_loads_neither_scipy_nor_drawing():
    code = "import sys, evaluation; print(sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("scipy", "matplotlib", "tqdm", "pandas", "django"):
        assert f"'{heavy}'" not in done.stdout
