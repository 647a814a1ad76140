namespace Recs.Storage;

/// <summary>One step of the schema.</summary>
/// <param name="Number">The schema a store has after the step, starting at 1 without gaps.</param>
/// <param name="Resource">Name of the embedded script.</param>
sealed record Migration(int Number, string Resource)
{
    public async Task<string> ReadAsync(CancellationToken cancel)
    {
        await using var stream = typeof(Migration).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancel);
    }
}
