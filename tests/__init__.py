"""The tests. What they import and collect is there to stay, so Python looks for rubbish less often from here on."""

import gc

gc.set_threshold(100_000, 20, 20)
