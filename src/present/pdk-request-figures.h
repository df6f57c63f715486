/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

/* The figures of a window of time, in the order that they are shown in: three to a line. */
typedef enum
{
  PDK_FIGURE_CHAT,
  PDK_FIGURE_GENERATE,
  PDK_FIGURE_EMBED,
  PDK_FIGURE_CLIENT_ERRORS,
  PDK_FIGURE_SERVER_ERRORS,
  PDK_FIGURE_TOKENS_PER_SECOND,
  PDK_FIGURE_AVERAGE,
  PDK_FIGURE_MEDIAN,
  PDK_FIGURE_P95,
  PDK_FIGURE_PROMPT_TOKENS,
  PDK_FIGURE_OUTPUT_TOKENS,
  PDK_REQUEST_N_FIGURES,
} PdkRequestFigure;

const char *pdk_request_window_get_label (PdkWindow window);
const char *pdk_request_window_get_name (PdkWindow window);

const char *pdk_request_figure_get_title (PdkRequestFigure figure);
gboolean pdk_request_figure_is_error (PdkRequestFigure figure);
gboolean pdk_request_figure_get_number (const PdkFacts *facts,
                                        PdkRequestFigure figure,
                                        PdkWindow window,
                                        double *value);
char *pdk_request_figure_format (const PdkFacts *facts, PdkRequestFigure figure, PdkWindow window);
char *pdk_request_figure_describe (const PdkFacts *facts, PdkRequestFigure figure, PdkWindow window);

gboolean pdk_request_figures_are_known (const PdkFacts *facts);
char *pdk_request_figures_format_headline (const PdkFacts *facts, PdkWindow window);
char *pdk_request_figures_compare (const PdkFacts *facts, PdkWindow window);

G_END_DECLS
