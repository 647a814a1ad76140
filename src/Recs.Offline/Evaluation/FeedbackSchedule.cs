using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation;

/// <summary>Hands feedback to a policy in one of the four forms, delayed by a number of events.</summary>
/// <param name="policy">The policy that learns.</param>
/// <param name="form">How impressions and rewards arrive.</param>
/// <param name="delay">
/// Events between two refreshes for <see cref="FeedbackForm.Together"/>; otherwise how many decisions lie between a
/// decision and the first one that knows its reward. 0 and 1 both mean at once.
/// </param>
sealed class FeedbackSchedule(IBanditPolicy policy, FeedbackForm form, int delay)
{
    readonly Queue<(Decision Decision, double Reward)> _outstanding = new();

    /// <summary>Takes the outcome of the newest decision and delivers whatever is due.</summary>
    public void Add(in Decision decision, double reward)
    {
        _outstanding.Enqueue((decision, reward));
        if (form is FeedbackForm.Simple or FeedbackForm.Settled)
        {
            policy.Count(decision);
        }

        if (form is FeedbackForm.Simple)
        {
            policy.Settle(decision);
        }

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

        if (form is not FeedbackForm.Simple)
        {
            policy.Settle(outcome.Decision);
        }

        policy.Reward(outcome.Decision, outcome.Reward);
    }
}
