#!/usr/bin/python3
"""Makes all golden data beside this file, always the same bytes. Needs PyTorch (Debian's
python3-torch); the tests themselves need only the files."""

import pathlib
import runpy

for script in ("make_layers.py", "make_original.py", "make_pretrained.py", "make_resnet.py"):
    runpy.run_path(str(pathlib.Path(__file__).with_name(script)))
