using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Whether the data can have made a sound model: there, fresh, about known items, and rewarded as usual.</summary>
static class DataGates
{
    public static IEnumerable<Gate> Of(GateInput input, GateOptions bounds)
    {
        yield return Matured(input, bounds);
        yield return RewardRate(input, bounds);
        yield return LogAge(input, bounds);
        yield return Unknown(input, bounds);
    }

    static Gate Matured(GateInput input, GateOptions bounds)
    {
        var (feedback, drops) = (input.Feedback, input.Feedback.Dropped);
        return GateForm.AtLeast(
            "matured rows", feedback.Rows, input.IsFirst ? 0 : bounds.MaturedRowsMin,
            $"{feedback.Rows} shown items of {feedback.Decisions} decisions are matured; {drops.Total} are left out: {drops.NotMatured} not matured, {drops.NoImpression} without an impression, {drops.UnknownItem} of unknown items, {drops.NoPropensity} without a propensity, {drops.NoContext} without a context, {drops.TooOld} too old; {feedback.LateRewards} rewards came late.");
    }

    static Gate RewardRate(GateInput input, GateOptions bounds)
    {
        var rows = input.Feedback.Rows;
        if (rows < bounds.RowsToJudge)
        {
            return GateForm.NotJudged("reward rate", $"{rows} matured rows are too few to judge by; {bounds.RowsToJudge} would do.");
        }

        var mean = input.Feedback.MeanReward;
        return GateForm.Within(
            "reward rate", mean, bounds.RewardRateMin, bounds.RewardRateMax, $"A shown item earned {mean:g4} on average.");
    }

    static Gate LogAge(GateInput input, GateOptions bounds)
    {
        if (input.Log.NewestAt is not { } newest)
        {
            return GateForm.NotJudged("log age", $"The log has no events.");
        }

        if (input.IsFirst)
        {
            return GateForm.NotJudged("log age", $"Nothing is replaced: an old log is better than none.");
        }

        // A log that another machine's clock has stamped may be ahead of this one.
        var days = Math.Max(0, (input.Now - newest).TotalDays);
        return GateForm.AtMost(
            "log age", days, bounds.LogAgeDaysMax, $"The last of {input.Log.Events} events was written {days:f2} days ago.");
    }

    static Gate Unknown(GateInput input, GateOptions bounds)
    {
        var total = input.Interactions.Count;
        if (total == 0)
        {
            return GateForm.NotJudged("unknown items", $"No viewer met an item.");
        }

        var unknown = input.Interactions.CountUnknown(input.Rows);
        return GateForm.AtMost(
            "unknown items", (double)unknown / total, bounds.UnknownShareMax,
            $"{unknown} of {total} events are about items that are not in the catalogue.");
    }
}
