using System.Globalization;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Whether the candidate would earn what the serving policy earned, as far as the log can tell.</summary>
static class ValueGate
{
    const string Name = "value";

    public static Gate Of(GateInput input, GateOptions bounds)
    {
        var feedback = PolicyFeedback.Of(input.Candidate, input.Feedback, bounds);
        if (feedback.Rows.RowCount < bounds.RowsToJudge)
        {
            return Unjudged(
                input, bounds,
                $"{feedback.Rows.RowCount} rows are too few, {bounds.RowsToJudge} would do; {feedback.Foreign} decisions are in clusters of other models");
        }

        var evidence = ValueEvidence.Of(feedback, bounds.Confidence);
        if (!(evidence.EffectiveRows >= bounds.EffectiveRowsMin))
        {
            return Unjudged(
                input, bounds,
                $"{evidence.Rows} rows leave {evidence.EffectiveRows:f0} effective ones, {bounds.EffectiveRowsMin} would do");
        }

        if (!(Math.Abs(evidence.MeanWeight - 1) <= bounds.WeightSlack))
        {
            return Unjudged(
                input, bounds,
                $"the mean weight is {evidence.MeanWeight:f2} where 1 is expected, so the log shows too little of what the candidate would");
        }

        var loss = bounds.ValueLossMax * evidence.Logged;
        return !(evidence.Interval.HalfWidth <= loss / 2)
            ? Unjudged(
                input, bounds,
                $"the difference to the logged value is known to ±{evidence.Interval.HalfWidth:g3} only, ±{loss / 2:g3} would do")
            : GateForm.AtLeast(
                Name, evidence.Logged + evidence.Interval.Low, evidence.Logged - loss,
                $"A shown item would earn {evidence.Value:g4} (SNDR; SNIPS {evidence.SelfNormalisedIps:g4}), at least {evidence.Logged + evidence.Interval.Low:g4}; the log earned {evidence.Logged:g4}; {evidence.EffectiveRows:f0} effective rows of {evidence.Rows}.");
    }

    static Gate Unjudged(GateInput input, GateOptions bounds, FormattableString reason)
    {
        var holds = !bounds.RequireOverlap || input.IsFirst;
        return GateForm.NotJudged(
            Name, $"Not enough overlap to judge: {reason.ToString(CultureInfo.InvariantCulture)}{(holds ? "; passes with care" : "")}.", holds);
    }
}
