#!/bin/bash
# Read into the entrypoint once the first user is made: the server that is started next finds its file here.
cd /stand_in
