package io.hongyan.simulator.callback;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** The fields of an answer in XML: the elements inside one element. */
record XmlReplyFields(Element parent) implements ReplyFields {

  /**
   * @throws BadReplyException also for a document type, which no reply has
   */
  static XmlReplyFields parse(byte[] body) throws BadReplyException {
    Element root;
    try {
      root = parser().parse(new ByteArrayInputStream(body)).getDocumentElement();
    } catch (SAXException | IOException e) {
      throw new BadReplyException("the reply is no XML", e);
    }
    if (!root.getTagName().equals("xml")) {
      throw new BadReplyException("the outermost element is not xml");
    }
    return new XmlReplyFields(root);
  }

  private static DocumentBuilder parser() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setExpandEntityReferences(false);
      DocumentBuilder parser = factory.newDocumentBuilder();
      // The default one writes to the terminal.
      parser.setErrorHandler(new DefaultHandler());
      return parser;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's parser can do without document types", e);
    }
  }

  @Override
  public @Nullable String text(String name) {
    Element child = find(name);
    return child == null ? null : child.getTextContent();
  }

  @Override
  public @Nullable ReplyFields part(String name) {
    Element child = find(name);
    return child == null ? null : new XmlReplyFields(child);
  }

  @Override
  public List<ReplyFields> articles() {
    Element articles = find("Articles");
    List<ReplyFields> items = new ArrayList<>();
    for (Node node = articles == null ? null : articles.getFirstChild();
        node != null;
        node = node.getNextSibling()) {
      if (node instanceof Element item && item.getTagName().equals("item")) {
        items.add(new XmlReplyFields(item));
      }
    }
    return items;
  }

  private @Nullable Element find(String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        return child;
      }
    }
    return null;
  }
}
