namespace Recs.Offline.Evaluation.Tables;

/// <summary>How many rows a number of ids found.</summary>
/// <param name="Name">What the ids are of.</param>
/// <param name="Ids">Ids.</param>
/// <param name="Rows">Rows of the hashed table.</param>
/// <param name="HashedRows">Rows of it that were found.</param>
/// <param name="TableRows">Rows of the collisionless table that were found.</param>
public sealed record CollisionOutcome(string Name, int Ids, int Rows, int HashedRows, int TableRows)
{
    /// <summary>Share of the ids that are lost in a row of another.</summary>
    public double HashedShare => 1 - ((double)HashedRows / Ids);

    /// <summary>The same of the collisionless table.</summary>
    public double TableShare => 1 - ((double)TableRows / Ids);
}
