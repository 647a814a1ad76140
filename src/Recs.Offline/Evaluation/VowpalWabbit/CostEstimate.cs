namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>How the costs of actions that were not taken are filled in; what Vowpal Wabbit calls <c>--cb_type</c>.</summary>
public enum CostEstimate
{
    /// <summary>Inverse propensity: cost/probability for the action taken, 0 for the others.</summary>
    Ips,

    /// <summary>Direct method: what the regressors of the actions predict; the one with the least wins.</summary>
    DirectMethod,

    /// <summary>Doubly robust: the regressors' predictions, corrected where the action was taken.</summary>
    DoublyRobust,
}
