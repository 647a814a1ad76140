# One seeded play of simulated viewers with tastes that are not linear, on a silo of its own. Sourced by tests/blend and tests/fresh,
# from the root; BUILT=1 leaves the build out. play NAME SEED POLICY ITEMS EVENTS [settings of the silo] appends to $work/runs and prints
#   name, seed, reward per 1000 decisions, items published, of them shown, clicks on them,
#   what the fresh layer's own positions cost in % of the reward, decisions, what an oracle earns per 1000
port=${PORT:-18511}
url=http://127.0.0.1:$port work=$(mktemp -d)
trap 'kill "${silo:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
[ -n "${BUILT:-}" ] || for project in silos/Recs.Silo clients/Recs.Cli; do dotnet build -c Release --nologo -v q "$project" >"$work/build"; done
number() { grep -o "\"$1\": *[0-9.]*" | head -1 | grep -o '[0-9.]*$'; }

play() {
  local name=$1 seed=$2 policy=$3 items=$4 events=$5 rest fresh share
  shift 5
  dotnet artifacts/bin/Recs.Silo/release/Recs.Silo.dll --urls "$url" --Recs:Storage:Path="$work/$name-$seed" \
    --Recs:Feedback:HistoryItemsMax=50 "$@" >"$work/silo" 2>&1 &
  silo=$!
  for _ in $(seq 300); do curl --silent --fail "$url/health/ready" --output /dev/null && break; sleep 0.2; done
  dotnet artifacts/bin/Recs.Cli/release/Recs.Cli.dll simulate --url "$url" --seed "$seed" --events "$events" --policy "$policy" \
    --viewers 100 --items "$items" --fresh-share 1 --nonlinear --control-share 0 --json "$work/report" >"$work/play"
  curl --silent --fail "$url/v1/stats" >"$work/stats"
  kill "$silo" && wait "$silo" 2>/dev/null || true
  rm -rf "$work/$name-$seed"
  rest=$(grep -o '"bandit":{[^}]*}' "$work/stats" | number rewardPerImpression)
  fresh=$(grep -o '"fresh":{[^}]*}' "$work/stats" | number rewardPerImpression)
  share=$(grep -o '"fresh":{[^}]*}' "$work/stats" | number share)
  tr -d '\n' <"$work/report" | sed 's/.*"fresh":/"fresh":/' >"$work/fresh"
  echo "$name $seed $(number rewardPerThousand <"$work/report") $(number published <"$work/fresh") $(number shown <"$work/fresh")" \
    "$(number clicks <"$work/fresh") $(awk "BEGIN { print 100 * $share * (1 - $fresh / $rest) }")" \
    "$(number decisions <"$work/report")" "$(tr -d '\n' <"$work/report" | sed 's/.*"name": *"oracle"//' | number rewardPerThousand)" | tee -a "$work/runs"
}

# Means with 95 % intervals over the seeds, and each later policy's difference to an earlier one on the same seeds.
#   compare "OTHER BASE" ...
compare() {
  printf '%s\n' "$@" >"$work/pairs"
  awk '
  # The quantile of Student t at 97.5 % by Cornish and Fisher, to 0.3 % from 6 seeds on.
  function t(v) { return 1.96 + 2.37227 / v + 2.8225 / v ^ 2 + 2.5558 / v ^ 3 + 1.5894 / v ^ 4 }
  function half(sum, squares, n) { return n < 2 ? 0 : t(n - 1) * sqrt((squares - sum * sum / n) / (n - 1) / n) }
  NR == FNR { other[++pairs] = $1; base[pairs] = $2; next }
  { n[$1]++; r[$1] += $3; rr[$1] += $3 * $3; cover[$1] += $5 / $4; f = 1000 * $6 / $8; fr[$1] += f; ff[$1] += f * f
    s = 100 * $3 / $9; sh[$1] += s; ss2[$1] += s * s
    cost[$1] += $7; reward[$1, $2] = $3; engaged[$1, $2] = f; seeds[$2] }
  END {
    print "\nmean and 95 % interval over seeds: reward and clicks on published items, per 1000 decisions"
    for (p in n) printf "%-11s %7.0f +- %4.0f   %4.1f +- %3.1f %% of the oracle   %6.0f +- %4.0f   %5.1f %% of them shown   fresh layer cost %.2f %%\n",
      p, r[p] / n[p], half(r[p], rr[p], n[p]), sh[p] / n[p], half(sh[p], ss2[p], n[p]), fr[p] / n[p], half(fr[p], ff[p], n[p]),
      100 * cover[p] / n[p], cost[p] / n[p]
    print "\non the same seeds"
    for (i = 1; i <= pairs; i++) {
      s = ss = e = ee = k = 0
      for (seed in seeds) { d = reward[other[i], seed] - reward[base[i], seed]; s += d; ss += d * d
        g = engaged[other[i], seed] - engaged[base[i], seed]; e += g; ee += g * g; k++ }
      printf "%-10s against %-10s reward %+6.0f +- %4.0f   clicks on published items %+6.0f +- %4.0f\n", other[i], base[i],
        s / k, half(s, ss, k), e / k, half(e, ee, k)
    }
  }' "$work/pairs" "$work/runs"
}
