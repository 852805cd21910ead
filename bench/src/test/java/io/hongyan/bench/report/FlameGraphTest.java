package io.hongyan.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class FlameGraphTest {

  @Test
  void eachFrameIsAsWideAsItsShareAndStandsOnItsCaller() throws Exception {
    NodeList boxes =
        boxes(
            "java/lang/Thread.run;io/hongyan/Sender.send 75", "java/lang/Thread.run;a/B.<init> 25");

    assertThat(boxes.getLength()).isEqualTo(3);
    assertThat(box(boxes, 0)).isEqualTo("java/lang/Thread.run 100.0 % at 0.0,16 wide 1199.5");
    assertThat(box(boxes, 1)).isEqualTo("a/B.<init> 25.0 % at 0.0,0 wide 299.5");
    assertThat(box(boxes, 2)).isEqualTo("io/hongyan/Sender.send 75.0 % at 300.0,0 wide 899.5");
  }

  @Test
  void whatNobodyWouldSeeIsLeftOut() throws Exception {
    assertThat(boxes("a/Often.run 999", "a/Seldom.run 1").getLength()).isEqualTo(1);
  }

  private static NodeList boxes(String... stacks) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(FlameGraph.svg(List.of(stacks)))))
        .getElementsByTagName("g");
  }

  private static String box(NodeList boxes, int number) {
    Element box = (Element) boxes.item(number);
    Element shape = (Element) box.getElementsByTagName("rect").item(0);
    return "%s at %s,%s wide %s"
        .formatted(
            box.getElementsByTagName("title").item(0).getTextContent(),
            shape.getAttribute("x"),
            shape.getAttribute("y"),
            shape.getAttribute("width"));
  }
}
