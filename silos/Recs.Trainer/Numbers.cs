using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Recs.Trainer;

/// <summary>Options that are numbers within a range.</summary>
static class Numbers
{
    /// <summary>A number that may be left out.</summary>
    public static Option<T?> Optional<T>(string name, string description, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} {least} to {most}."),
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && value >= least && value <= most)
                {
                    return value;
                }

                result.AddError(string.Create(
                    CultureInfo.InvariantCulture, $"{name}: '{text}' is not a number from {least} to {most}"));
                return null;
            },
        };
}
