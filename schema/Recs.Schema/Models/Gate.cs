namespace Recs.Schema.Models;

/// <summary>One condition between a trained model and serving.</summary>
/// <param name="Name">What is measured, in lower case.</param>
/// <param name="Value">The measurement; null when there is too little to judge by.</param>
/// <param name="Least">The least value that holds; null when there is none.</param>
/// <param name="Most">The largest value that holds; null when there is none.</param>
/// <param name="Holds">Whether the model may pass. True as well where nothing could be judged and nothing had to be.</param>
/// <param name="Sentence">What it means, as one sentence.</param>
public sealed record Gate(string Name, double? Value, double? Least, double? Most, bool Holds, string Sentence)
{
    /// <summary><c>holds</c>, <c>does not hold</c>, or <c>not judged</c> where there was too little to judge by.</summary>
    public string Verdict => !Holds ? "does not hold" : Value is null ? "not judged" : "holds";
}
