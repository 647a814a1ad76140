namespace Recs.Offline.Evaluation;

/// <summary>An input of an evaluation that cannot be used; the message is one line that says what and where.</summary>
public sealed class EvaluationException(string message) : Exception(message);
