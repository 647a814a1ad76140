namespace Recs.Cli.Import;

/// <summary>What an import did.</summary>
/// <param name="Upserted">Items taken.</param>
/// <param name="ItemsRejected">Items refused, by reason.</param>
/// <param name="EventsAccepted">Events taken; a repeated import takes them again, but they count once.</param>
/// <param name="EventsRejected">Events refused, by reason.</param>
/// <param name="Seconds">How long it took.</param>
sealed record ImportReport(
    int Upserted,
    IReadOnlyDictionary<string, int> ItemsRejected,
    int EventsAccepted,
    IReadOnlyDictionary<string, int> EventsRejected,
    double Seconds);
