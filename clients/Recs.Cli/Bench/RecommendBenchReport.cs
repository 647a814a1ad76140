namespace Recs.Cli.Bench;

/// <summary>Figures of <c>bench recommend</c>.</summary>
/// <param name="Connections">Requests under way at any time.</param>
/// <param name="Count">Items asked for.</param>
/// <param name="AnswerBytes">Size of the answer that the bare endpoint repeats.</param>
/// <param name="Recommend">The server's endpoint.</param>
/// <param name="Bare">An endpoint that does nothing but return as many bytes.</param>
/// <param name="Ratio">Requests a second of the first over the second.</param>
sealed record RecommendBenchReport(int Connections, int Count, int AnswerBytes, LoadRow Recommend, LoadRow Bare, double Ratio);
