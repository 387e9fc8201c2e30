#include "comparison.h"

#include "show/table.h"

#include <math.h>
#include <stdio.h>

Comparison predictions_compare(const Predictions *first, const Predictions *second) {
    Comparison comparison = {0};
    for (int i = 0; i < first->count; i++) {
        bool one = first->classes[i] == first->labels[i];
        bool other = second->classes[i] == second->labels[i];
        comparison.both += one && other;
        comparison.first_alone += one && !other;
        comparison.second_alone += !one && other;
        comparison.neither += !one && !other;
    }
    return comparison;
}

/* By logarithms: 2^n and C(n, i) are too large for a double from about 1,000 coins on. */
double mcnemar_probability(int first_alone, int second_alone) {
    double n = first_alone + second_alone, sum = 0;
    for (int i = 0; i <= first_alone && i <= second_alone; i++)
        sum += exp(lgamma(n + 1) - lgamma(i + 1.0) - lgamma(n - i + 1) - n * log(2));
    return fmin(1, 2 * sum);
}

static void print_accuracy(const char *whose, int right, int count) {
    double accuracy = (double)right / count;
    double error = sqrt(accuracy * (1 - accuracy) / count);
    printf("%s: %.2f %% right, sampling error %.2f points\n", whose, 100 * accuracy, 100 * error);
}

void comparison_print(const Comparison *comparison) {
    int first = comparison->first_alone, second = comparison->second_alone;
    int apart = first + second, count = comparison->both + apart + comparison->neither;
    print_accuracy("the first network ", comparison->both + first, count);
    print_accuracy("the second network", comparison->both + second, count);
    putchar('\n');
    Table *table = table_new("images | second right | second wrong");
    table_row(table, "first right | %d | %d", comparison->both, first);
    table_row(table, "first wrong | %d | %d", second, comparison->neither);
    table_print(table);
    /* Each image adds 1, -1 or 0 to the difference. */
    double difference = (double)(second - first) / count;
    double error = sqrt(((double)apart / count - difference * difference) / count);
    printf("\nThe second has %+.2f points, with an error of %.2f. %d images tell the two apart; of "
           "as\n"
           "many coins, %d or more fall to one side with probability p = %.2g.\n",
           100 * difference, 100 * error, apart, first > second ? first : second,
           mcnemar_probability(first, second));
}
