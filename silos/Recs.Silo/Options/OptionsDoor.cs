using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Recs.Silo.Options;

/// <summary>Reads <c>Recs:</c> once at the start and refuses what is wrong with one line that names the key.</summary>
static class OptionsDoor
{
    const string Custom = "custom";

    /// <summary>Binds and validates.</summary>
    /// <exception cref="OptionsRefusedException">A key is unknown, or a value is not of its type or out of its range.</exception>
    public static RecsOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Recs");
        CheckKeys(section, typeof(RecsOptions));
        RecsOptions options;
        try
        {
            options = section.Get<RecsOptions>() ?? new RecsOptions();
        }
        catch (InvalidOperationException reason)
        {
            throw new OptionsRefusedException(reason.Message.ReplaceLineEndings(" "), reason);
        }

        // A colon in a key divides it: "custom:NAME" arrives as NAME below custom.
        _ = options.Rewards.Remove(Custom);
        foreach (var custom in section.GetSection($"{nameof(RecsOptions.Rewards)}:{Custom}").GetChildren())
        {
            options.Rewards[$"{Custom}:{custom.Key}"] = custom.Get<RewardOptions>() ?? new RewardOptions();
        }

        CheckValues(options, "Recs");
        return options;
    }

    static void CheckKeys(IConfigurationSection section, Type type)
    {
        if (type.IsPrimitive || type == typeof(string) || type.IsEnum || Nullable.GetUnderlyingType(type) is not null)
        {
            return;
        }

        if (type.IsGenericType)
        {
            foreach (var element in section.GetChildren())
            {
                var elements = element.Key == Custom && type.GetGenericArguments()[^1] == typeof(RewardOptions)
                    ? element.GetChildren()
                    : [element];
                foreach (var inner in elements)
                {
                    CheckKeys(inner, type.GetGenericArguments()[^1]);
                }
            }

            return;
        }

        var properties = type.GetProperties();
        foreach (var child in section.GetChildren())
        {
            var property = Array.Find(properties, known => string.Equals(known.Name, child.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new OptionsRefusedException(
                    $"{child.Path} is not a known setting; {section.Path} has {string.Join(", ", properties.Select(known => known.Name))}.");
            CheckKeys(child, property.PropertyType);
        }
    }

    static void CheckValues(object options, string path)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(options);
            var key = $"{path}:{property.Name}";
            var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = key };
            var faults = new List<ValidationResult>();
            if (!Validator.TryValidateProperty(value, context, faults))
            {
                throw new OptionsRefusedException(string.Create(
                    CultureInfo.InvariantCulture, $"{key} = {(value is string or ValueType ? value : "…")}: {faults[0].ErrorMessage}"));
            }

            CheckInside(value, key);
        }
    }

    static void CheckInside(object? value, string key)
    {
        switch (value)
        {
            case string or null:
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    CheckValues(entry.Value!, $"{key}:{entry.Key}");
                }

                break;
            case IList list:
                for (var index = 0; index < list.Count; index++)
                {
                    CheckInside(list[index], $"{key}:{index}");
                }

                break;
            default:
                if (value.GetType().Namespace == typeof(RecsOptions).Namespace)
                {
                    CheckValues(value, key);
                }

                break;
        }
    }
}
