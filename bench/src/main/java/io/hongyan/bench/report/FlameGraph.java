package io.hongyan.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collapsed stacks as a picture for a page: each frame as wide as its share of the samples, on top
 * of the one that called it. Frames under half a percent are left out; the profiler's own HTML has
 * them. Used by one thread.
 */
public final class FlameGraph {

  private static final double LEAST_SHARE = 0.005;
  private static final int WIDTH = 1_200;
  private static final int ROW = 16;
  private static final double CHARACTER = 6.2;
  private static final int LONGEST_STACK = 60;

  private final Frame root = new Frame();

  private FlameGraph() {}

  /**
   * The picture as SVG.
   *
   * @param collapsed lines of the profiler's text, see {@link CollapsedStack}
   */
  public static String svg(List<String> collapsed) {
    FlameGraph graph = new FlameGraph();
    CollapsedStack.read(collapsed).forEach(graph::add);
    return graph.draw();
  }

  private void add(CollapsedStack stack) {
    Frame frame = root;
    frame.samples += stack.samples();
    for (String name : stack.frames().subList(0, Math.min(stack.frames().size(), LONGEST_STACK))) {
      frame = frame.callees.computeIfAbsent(name, unused -> new Frame());
      frame.samples += stack.samples();
    }
  }

  private String draw() {
    int rows = rows(root);
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="monospace" font-size="10">
        """
            .formatted(WIDTH, rows * ROW));
    draw(svg, root, 0, rows - 1);
    return svg.append("</svg>\n").toString();
  }

  private int rows(Frame frame) {
    return frame.callees.values().stream()
        .filter(this::isShown)
        .mapToInt(callee -> 1 + rows(callee))
        .max()
        .orElse(0);
  }

  private boolean isShown(Frame frame) {
    return frame.samples >= LEAST_SHARE * root.samples;
  }

  /** Draws what the frame calls, from its left edge on. */
  private void draw(StringBuilder svg, Frame caller, double left, int row) {
    double x = left;
    for (Map.Entry<String, Frame> callee : caller.callees.entrySet()) {
      Frame frame = callee.getValue();
      double width = (double) WIDTH * frame.samples / root.samples;
      if (isShown(frame)) {
        box(svg, callee.getKey(), frame, x, width, row);
        draw(svg, frame, x, row - 1);
      }
      x += width;
    }
  }

  private void box(StringBuilder svg, String name, Frame frame, double x, double width, int row) {
    int y = row * ROW;
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
            escaped(name),
            100.0 * frame.samples / root.samples,
            x,
            y,
            Math.max(0.5, width - 0.5),
            ROW - 1,
            colour(name)));
    String shown = shortened(name, (int) ((width - 4) / CHARACTER));
    if (!shown.isEmpty()) {
      svg.append(
          String.format(
              Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 2, y + 11, escaped(shown)));
    }
    svg.append("</g>\n");
  }

  /** The class' and the method's name, if there is room for some of it. */
  private static String shortened(String name, int room) {
    String simple = name.substring(name.lastIndexOf('/') + 1);
    if (room < 3) {
      return "";
    }
    return simple.length() <= room ? simple : simple.substring(0, room - 1) + "…";
  }

  private static String colour(String name) {
    if (name.startsWith("io/hongyan/")) {
      return "#f4a582";
    }
    return name.indexOf('/') > 0 ? "#cfe3f2" : "#e0e0e0";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static final class Frame {
    final Map<String, Frame> callees = new TreeMap<>();
    long samples;
  }
}
