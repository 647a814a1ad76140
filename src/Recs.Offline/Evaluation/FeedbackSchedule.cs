using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation;

/// <summary>Hands feedback to a policy in one of the forms, delayed by a number of events.</summary>
/// <param name="policy">The policy that learns.</param>
/// <param name="form">How impressions and rewards arrive.</param>
/// <param name="delay">
/// Events between two refreshes for <see cref="FeedbackForm.Together"/>; the mean delay for
/// <see cref="FeedbackForm.Scattered"/> and <see cref="FeedbackForm.Attributed"/>; otherwise how many decisions lie between a
/// decision and the first one that knows its reward. 0 and 1 both mean at once.
/// </param>
/// <param name="seed">Seed of random delays.</param>
sealed class FeedbackSchedule(IBanditPolicy policy, FeedbackForm form, int delay, int seed)
{
    const int Purpose = 0x64656C61;
    const int DelaysPerWindow = 5;

    readonly Queue<(Decision Decision, double Reward)> _outstanding = new();
    readonly PriorityQueue<(Decision Decision, double Reward), long> _due = new();
    readonly SeededRandom _chance = SeededRandom.Of(seed, Purpose);
    long _now;

    /// <summary>Takes the outcome of the newest decision and delivers whatever is due.</summary>
    public void Add(in Decision decision, double reward)
    {
        if (form is not (FeedbackForm.Together or FeedbackForm.Lagged))
        {
            policy.Count(decision);
        }

        if (form is FeedbackForm.Simple or FeedbackForm.Scattered)
        {
            policy.Settle(decision);
        }

        if (form is FeedbackForm.Scattered or FeedbackForm.Attributed)
        {
            Scatter(decision, reward);
        }
        else
        {
            Queue(decision, reward);
        }
    }

    void Scatter(in Decision decision, double reward)
    {
        _now++;
        var waits = delay <= 1 ? 0
            : reward > 0 ? (long)(-Math.Log(1 - _chance.NextDouble()) * delay)
            : DelaysPerWindow * (long)delay;
        _due.Enqueue((decision, reward), _now + waits);
        while (_due.TryPeek(out var outcome, out var at) && at <= _now)
        {
            _ = _due.Dequeue();
            Deliver(outcome);
        }
    }

    void Queue(in Decision decision, double reward)
    {
        _outstanding.Enqueue((decision, reward));
        if (_outstanding.Count < delay)
        {
            return;
        }

        do
        {
            Deliver(_outstanding.Dequeue());
        }
        while (form is FeedbackForm.Together && _outstanding.Count > 0);
    }

    void Deliver((Decision Decision, double Reward) outcome)
    {
        if (form is FeedbackForm.Together or FeedbackForm.Lagged)
        {
            policy.Count(outcome.Decision);
        }

        if (form is not (FeedbackForm.Simple or FeedbackForm.Scattered))
        {
            policy.Settle(outcome.Decision);
        }

        policy.Reward(outcome.Decision, outcome.Reward);
    }
}
