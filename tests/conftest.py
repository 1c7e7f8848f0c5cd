"""Settings for all tests: no network but loopback."""

import os
import sys
from pathlib import Path

# For `chat_server`, which tests of several folders use.
sys.path.insert(0, str(Path(__file__).parent))
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Servers on loopback are asked directly, whatever proxy there is.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
