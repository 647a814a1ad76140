namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>A fitted model of the expected reward, bound to the log whose contexts and positions it reads.</summary>
interface IRewardModel
{
    /// <summary>q̂ of an action at a row's position in its context.</summary>
    double Predict(int row, int action);
}
