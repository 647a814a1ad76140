namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>
/// The average loss that Vowpal Wabbit prints for <c>--cb K</c>: each example is decided by what has been learned before it, its cost
/// is estimated from the log, and then it is learned.
/// </summary>
public static class ProgressiveValidation
{
    /// <summary>Learns a policy online and values it as it learns.</summary>
    /// <param name="examples">In the order of the file.</param>
    /// <param name="actions">K.</param>
    /// <param name="estimate">How costs are estimated.</param>
    /// <param name="options">Size of the table and learning rate.</param>
    /// <returns>Mean estimated cost of what the learning policy would have done.</returns>
    /// <remarks>The policy is one regressor of estimated cost per action; the least raw prediction wins, the lower action on a tie.</remarks>
    public static double Learn(IReadOnlyList<LoggedExample> examples, int actions, CostEstimate estimate, VowpalOptions options)
    {
        var regressors = new CostRegressors(estimate is CostEstimate.DoublyRobust ? 2 * actions : actions, options);
        var costs = new float[actions];
        var total = 0.0;
        foreach (var example in examples)
        {
            var predicted = Fill(regressors, example, actions, estimate, costs);
            var chosen = estimate is CostEstimate.DirectMethod
                ? Least(costs)
                : Least([.. costs.Select((cost, action) => regressors.Learn(action, example, cost, 1).Raw)]);
            total += estimate is CostEstimate.DoublyRobust
                ? Estimated(example, predicted, chosen + 1)
                : chosen + 1 == example.Action ? example.Cost / example.Probability : 0;
        }

        return total / examples.Count;
    }

    /// <summary>Values the policy whose choices the lines name, with costs filled in doubly robustly: <c>--eval</c>.</summary>
    public static double Evaluate(IReadOnlyList<LoggedExample> examples, int actions, VowpalOptions options)
    {
        var regressors = new CostRegressors(2 * actions, options);
        var costs = new float[actions];
        return examples.Average(example =>
        {
            var predicted = Fill(regressors, example, actions, CostEstimate.DoublyRobust, costs);
            return (double)Estimated(example, predicted, example.Chosen);
        });
    }

    /// <summary>Fills in the costs of all actions; the regressor of the action taken learns meanwhile.</summary>
    /// <returns>What the regressors predicted before.</returns>
    static float[] Fill(CostRegressors regressors, LoggedExample example, int actions, CostEstimate estimate, float[] costs)
    {
        var predicted = new float[actions];
        for (var action = 0; action < actions; action++)
        {
            // The direct method decides by these regressors and has no others.
            var regressor = estimate is CostEstimate.DoublyRobust ? actions + action : action;
            var isTaken = action + 1 == example.Action;
            if (estimate is CostEstimate.Ips)
            {
                costs[action] = isTaken ? example.Cost / example.Probability : 0;
                continue;
            }

            predicted[action] = isTaken
                ? regressors.Learn(regressor, example, example.Cost, 1 / example.Probability).Clamped
                : regressors.Predict(regressor, example);
            costs[action] = isTaken && estimate is CostEstimate.DoublyRobust
                ? predicted[action] + ((example.Cost - predicted[action]) / example.Probability)
                : predicted[action];
        }

        return predicted;
    }

    static float Estimated(LoggedExample example, float[] predicted, int chosen) => predicted[chosen - 1]
        + (chosen == example.Action ? (example.Cost - predicted[chosen - 1]) / example.Probability : 0);

    static int Least(float[] values)
    {
        var least = 0;
        for (var i = 1; i < values.Length; i++)
        {
            least = values[i] < values[least] ? i : least;
        }

        return least;
    }
}
