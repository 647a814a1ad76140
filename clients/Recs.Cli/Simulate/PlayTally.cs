namespace Recs.Cli.Simulate;

/// <summary>Sums of a play: over all of it, per tenth, and of the items published in it.</summary>
/// <remarks>Safe for any number of threads.</remarks>
sealed class PlayTally(int eventsTotal)
{
    /// <summary>Parts of the play that are reported on their own.</summary>
    public const int Parts = 10;

    readonly Lock _lock = new();
    readonly ArmTally[] _policy = [.. Enumerable.Range(0, Parts + 1).Select(_ => new ArmTally())];
    readonly ArmTally[] _control = [.. Enumerable.Range(0, Parts + 1).Select(_ => new ArmTally())];
    readonly Dictionary<string, int> _freshShown = new(StringComparer.Ordinal);
    int _events;
    int _rejected;
    int _freshClicks;

    /// <summary>Name of the policy that served, as the server said.</summary>
    public string Policy { get; private set; } = string.Empty;

    /// <summary>Events taken so far.</summary>
    public int Events
    {
        get
        {
            lock (_lock)
            {
                return _events;
            }
        }
    }

    /// <summary>Adds one visit.</summary>
    public void Add(Visit visit)
    {
        lock (_lock)
        {
            var part = (int)Math.Min(Parts - 1, (long)_events * Parts / eventsTotal);
            var tallies = visit.Control ? _control : _policy;
            foreach (var tally in (ArmTally[])[tallies[part], tallies[Parts]])
            {
                tally.Add(visit.Reward, visit.Clicks.Count, visit.OracleReward);
            }

            if (!visit.Control)
            {
                Policy = visit.Policy;
            }

            foreach (var id in visit.FreshShown)
            {
                _freshShown[id] = _freshShown.GetValueOrDefault(id) + 1;
                _freshClicks += visit.Clicks.Contains(id, StringComparer.Ordinal) ? 1 : 0;
            }

            _events += visit.EventsAccepted;
            _rejected += visit.EventsRejected;
        }
    }

    /// <summary>One line of where the play stands.</summary>
    public string Note()
    {
        lock (_lock)
        {
            var part = (int)Math.Min(Parts - 1, (long)_events * Parts / eventsTotal);
            return FormattableString.Invariant(
                $"reward/1000: policy {_policy[part].PerThousand:0}, uniform {_control[part].PerThousand:0}, oracle {_policy[part].OraclePerThousand:0}");
        }
    }

    /// <summary>What came of the play.</summary>
    public SimulateReport Report(SimulateSettings settings, int items, int freshItems, double seconds)
    {
        lock (_lock)
        {
            var decisions = _policy[Parts].Decisions + _control[Parts].Decisions;
            return new SimulateReport(
                settings.Seed,
                settings.Viewers,
                items,
                decisions,
                _events,
                _rejected,
                Math.Round(seconds, 2),
                Arms(),
                [.. Enumerable.Range(0, Parts).Select(PartOf)],
                freshItems == 0
                    ? null
                    : new FreshReport(freshItems, _freshShown.Count, _freshShown.Values.Sum(), _freshClicks));
        }
    }

    SimulateArm[] Arms()
    {
        var (policy, control) = (_policy[Parts], _control[Parts]);
        var (policyLast, controlLast) = (_policy[Parts - 1], _control[Parts - 1]);
        return
        [
            new SimulateArm(Policy, policy.Decisions, policy.PerThousand, policyLast.PerThousand, policy.Clicks),
            new SimulateArm("uniform", control.Decisions, control.PerThousand, controlLast.PerThousand, control.Clicks),
            new SimulateArm("oracle", policy.Decisions, policy.OraclePerThousand, policyLast.OraclePerThousand, null),
        ];
    }

    SimulatePart PartOf(int part) => new(
        (int)((long)eventsTotal * (part + 1) / Parts),
        _policy[part].PerThousand,
        _control[part].PerThousand,
        _policy[part].OraclePerThousand);
}
