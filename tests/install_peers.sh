#!/bin/sh
# Install R and its packages for survival and meta-analysis for the parity tests where this is possible (root on
# Debian or Ubuntu); otherwise say so: those tests are then skipped, and say so too.
if [ "${HEPATRIAL_NO_PEERS:-}" = 1 ]; then
  echo "HEPATRIAL_NO_PEERS=1: R is not installed; without it the parity tests with R are skipped."
  exit 0
fi
if command -v Rscript >/dev/null 2>&1 && Rscript -e 'q(status = !all(c("survival", "cmprsk", "metafor") %in% rownames(installed.packages())))' >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing R for the parity tests ..."
  if (apt-get -o DPkg::Lock::Timeout=580 -qq update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=580 -qq install -y --no-install-recommends r-base-core r-cran-survival r-cran-cmprsk r-cran-metafor) >/dev/null 2>&1; then
    exit 0
  fi
fi
echo "R with its packages survival, cmprsk and metafor is not available here: the parity tests with R will be skipped."
